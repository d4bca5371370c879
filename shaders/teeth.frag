#version 330
#include "lighting.glsl"
#include "cavity.glsl"
// A row of teeth in its gum: uv.x runs along the row, whose crowns are all equally long in it.
in vec3 normal;
in vec3 rest;
in vec2 uv;
out vec4 fragment;

const float TEETH = 15.0;
const vec3 ENAMEL = vec3(0.80, 0.74, 0.63);

void main() {
    vec3 n = normalize(normal);
    float across = fract(uv.x * TEETH + 0.5) * 2.0 - 1.0;
    float gap = smoothstep(1.0, 0.82, abs(across));
    n = normalize(n + vec3(across * 0.35 * gap, 0.0, 0.0));
    float open = mouth_light(rest, 0.040);
    vec3 albedo = ENAMEL * mix(vec3(0.66, 0.55, 0.47), vec3(1.0), gap);
    vec3 shaded = in_mouth(albedo, n, open * 0.85, 0.9);
    fragment = vec4(tone_mapped(shaded), 1.0);
}
