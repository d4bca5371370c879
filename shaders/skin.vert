#version 330
#include "lighting.glsl"
#include "skinning.glsl"
// Skin: light that wraps further round the form the redder it is stands in for scattering below the surface. The mesh
// is fine enough to light its vertices; only the gloss and the relief of pores and lines are left to the fragments.
uniform vec4 lines_left;  // how deep the pose makes the lines of forehead, frown, eyes and smile
uniform vec4 lines_right;
in vec2 in_uv;
in vec2 in_shade;
in float in_edge;  // how dry
in vec4 in_tint;  // how deep each kind of line can get here
out vec3 normal;
out vec2 uv;
out vec3 lit;
out vec3 surface;  // light that skims it; key light that can be mirrored; how deep its lines are
out float roughness;

const float MOVED_DEEPER = 1.3;  // than what the relief shows at rest

void main() {
    Bone by = blended();
    vec3 n = normalize(turned(by, in_normal));
    float open_sky = in_shade.x;
    float open_key = in_shade.y;
    float key = dot(n, key_direction);
    vec3 wrapped = clamp((vec3(key) + vec3(0.38, 0.22, 0.17)) / vec3(1.38, 1.22, 1.17), 0.0, 1.0);
    vec3 bled = mix(vec3(open_key), vec3(sqrt(open_key)), vec3(0.36, 0.13, 0.05));  // red leaks into the shade
    lit = wrapped * wrapped * bled * light_key;
    lit += max(dot(n, FILL_DIRECTION) * 0.6 + 0.4, 0.0) * light_fill * open_sky;
    lit += room(n) * mix(vec3(open_sky), vec3(sqrt(open_sky)), vec3(0.26, 0.08, 0.04));
    float away = 1.0 - max(dot(n, view), 0.0);
    float skim = away * away * away * away * open_sky;
    vec4 lines = mix(lines_right, lines_left, smoothstep(-0.006, 0.006, in_position.x));
    surface = vec3(skim * (max(dot(n, RIM_DIRECTION), 0.0) * light_rim.g * 0.8 + 0.055),
                   max(key, 0.0) * open_key * mix(0.24, 0.17, in_edge), dot(lines, in_tint) * MOVED_DEEPER);
    roughness = mix(0.25, 0.60, in_edge);
    normal = n;
    uv = in_uv;
    gl_Position = on_screen(by);
}
