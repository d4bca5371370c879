#version 330
#include "lighting.glsl"
#include "skinning.glsl"
// Fabric: diffuse light that wraps a little, and the soft sheen of fibres at grazing angles.
uniform float fuzz;  // how much of that sheen there is
in vec2 in_uv;
in vec2 in_shade;
in float in_edge;
out vec2 uv;
out vec3 lit;
out float gl_ClipDistance[1];  // what lies outside the neckline is cut off

void main() {
    Bone by = blended();
    vec3 n = normalize(turned(by, in_normal));
    float facing = dot(n, view);
    n = TWO_SIDED && facing < 0.0 ? -n : n;
    float key = dot(n, key_direction);
    lit = max(key * 0.8 + 0.2, 0.0) * in_shade.y * light_key * 0.85;
    lit += max(dot(n, FILL_DIRECTION) * 0.7 + 0.3, 0.0) * light_fill * in_shade.x;
    lit += room(n) * in_shade.x;
    float away = 1.0 - abs(facing);
    float sheen = away * away * away * fuzz * in_shade.x;
    lit += sheen * (light_rim * max(dot(n, RIM_DIRECTION) + 0.3, 0.0) + light_key * 0.25 * in_shade.y);
    uv = in_uv;
    gl_ClipDistance[0] = in_edge;
    gl_Position = on_screen(by);
}
