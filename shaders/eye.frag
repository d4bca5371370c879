#version 330
#include "lighting.glsl"
uniform vec3 colour_iris;
uniform vec2 lids;
in vec3 position;
in vec3 normal;
in vec3 rest;
in vec2 uv;
in vec2 shade;
out vec4 fragment;

void main() {
    vec3 n = normalize(normal);
    vec3 v = normalize(camera - position);
    float radius = length(uv) / 0.42;
    float angle = atan(uv.y, uv.x);
    float fibres = 0.5 + 0.5 * sin(angle * 38.0 + 3.0 * sin(angle * 7.0) + radius * 3.0);
    vec3 iris = colour_iris * (0.55 + 0.7 * fibres * smoothstep(0.3, 0.8, radius)) * mix(1.5, 0.75, smoothstep(0.35, 0.95, radius));
    iris = mix(iris, vec3(0.01), 1.0 - smoothstep(0.33, 0.39, radius));
    iris *= 1.0 - 0.85 * smoothstep(0.82, 1.0, radius);
    vec3 white = vec3(0.80, 0.78, 0.76) - vec3(0.02, 0.14, 0.14) * smoothstep(1.3, 2.6, radius);
    vec3 albedo = mix(iris, white, smoothstep(0.93, 1.06, radius));
    float key = max(dot(n, key_direction) * 0.7 + 0.3, 0.0);
    vec3 mirrored = reflect(-v, n);
    float spark = smoothstep(0.955, 0.975, dot(mirrored, key_direction));
    float lid = lids.x * 0.0;
    fragment = vec4(tone_mapped(albedo * (key * light_key * shade.y + room(n)) * (1.0 - lid) + spark), 1.0);
}
