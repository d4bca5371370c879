#version 330
#include "lighting.glsl"
#include "skinning.glsl"
// Fabric: diffuse light that wraps a little, and the soft sheen of fibres at grazing angles.
uniform float fuzz;  // how much of that sheen there is
in vec2 in_uv;
in vec2 in_shade;
in vec4 in_tint;  // sRGB colour, and the light that reaches into the folds
const float DEEPER = 4.5;  // how much deeper folds get where the cloth is bent all the way

out vec2 uv;
out vec3 lit;  // what the cloth sends back, before the pattern

void main() {
    Bone by = blended();
    vec3 blend = turned(by, in_normal);
    float bent = max(1.0 - dot(blend, blend), 0.0);  // blended bones shorten what lies across a bent joint
    vec3 n = normalize(blend);
    float facing = dot(n, view);
    float key = dot(n, key_direction);
    lit = max(key * 0.8 + 0.2, 0.0) * in_shade.y * light_key * 0.85;
    lit += max(dot(n, FILL_DIRECTION) * 0.7 + 0.3, 0.0) * light_fill * in_shade.x;
    lit += room(n) * in_shade.x;
    float away = 1.0 - abs(facing);
    float sheen = away * away * away * fuzz * in_shade.x;
    vec3 sheen_light = sheen * (light_rim * max(dot(n, RIM_DIRECTION) + 0.3, 0.0) + light_key * 0.25 * in_shade.y);
    vec3 dyed = linear(in_tint.rgb) * max(1.0 - (1.0 - in_tint.a) * (1.0 + DEEPER * bent), 0.3);
    lit = lit * dyed + sheen_light * (0.25 * dyed + 0.06);
    uv = in_uv;
    gl_Position = on_screen(by);
}
