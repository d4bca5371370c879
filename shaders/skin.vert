#version 330
#include "lighting.glsl"
#include "skinning.glsl"
// Skin: light that wraps further round the form the redder it is stands in for scattering below the surface. The mesh
// is fine enough to light its vertices; only the gloss is left to the fragments.
in vec2 in_uv;
in vec2 in_shade;
out vec3 normal;
out vec2 uv;
out vec3 lit;
out float grazed;  // light that skims the surface
out float glossy;  // key light that can be mirrored

void main() {
    Bone by = blended();
    vec3 n = normalize(turned(by, in_normal));
    float open_sky = in_shade.x;
    float open_key = in_shade.y;
    float key = dot(n, key_direction);
    vec3 wrapped = clamp((vec3(key) + vec3(0.42, 0.20, 0.14)) / vec3(1.42, 1.20, 1.14), 0.0, 1.0);
    vec3 bled = mix(vec3(open_key), vec3(sqrt(open_key)), vec3(0.52, 0.12, 0.0));  // red leaks into the shade
    lit = wrapped * wrapped * bled * light_key;
    lit += max(dot(n, FILL_DIRECTION) * 0.6 + 0.4, 0.0) * light_fill * open_sky;
    lit += room(n) * mix(vec3(open_sky), vec3(sqrt(open_sky)), vec3(0.30, 0.0, 0.0));
    float away = 1.0 - max(dot(n, view), 0.0);
    grazed = away * away * away * away * open_sky * (max(dot(n, RIM_DIRECTION), 0.0) * light_rim.g * 0.8 + 0.055);
    glossy = max(key, 0.0) * open_key;
    normal = n;
    uv = in_uv;
    gl_Position = on_screen(by);
}
