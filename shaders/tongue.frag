#version 330
#include "lighting.glsl"
#include "cavity.glsl"
// The tongue: a groove down the middle, papillae, and wet.
in vec3 normal;
in vec3 rest;
in vec2 uv;
out vec4 fragment;

void main() {
    vec3 n = normalize(normal);
    float groove = exp(-rest.x * rest.x / 0.00001024) * smoothstep(0.45, 0.95, n.y);
    float papillae = sin(rest.x * 4100.0) * sin(rest.z * 3700.0 + rest.y * 2900.0);
    n = normalize(n + vec3(rest.x > 0.0 ? -0.12 : 0.12, 0.0, 0.0) * groove + 0.02 * papillae);
    vec3 albedo = vec3(0.54, 0.20, 0.18) * (1.0 - 0.16 * groove + 0.03 * papillae);
    albedo = mix(albedo, vec3(0.60, 0.27, 0.24), 0.35 * smoothstep(0.4, 1.0, n.y));
    float open = mouth_light(rest, 0.058);
    vec3 shaded = in_mouth(albedo, n, open * 0.9, 0.8);
    fragment = vec4(tone_mapped(shaded), 1.0);
}
