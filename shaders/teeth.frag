#version 330
#include "lighting.glsl"
in vec3 position;
in vec3 normal;
in vec2 shade;
out vec4 fragment;
const vec3 ALBEDO = vec3(0.75);
void main() {
    vec3 n = normalize(normal);
    float key = max(dot(n, key_direction) * 0.7 + 0.3, 0.0);
    fragment = vec4(tone_mapped(ALBEDO * (key * light_key * shade.y + room(n) * shade.x)), 1.0);
}
