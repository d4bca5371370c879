#version 330
#include "lighting.glsl"
#include "cavity.glsl"
// Palate, cheeks and floor of the mouth.
in vec3 normal;
in vec3 rest;
out vec4 fragment;

const vec3 FLESH = vec3(0.44, 0.15, 0.13);

void main() {
    float open = mouth_light(rest, 0.066);
    vec3 shaded = in_mouth(FLESH, normalize(normal), open * open * 0.80 + 0.03 * lips_apart, 0.5);
    fragment = vec4(tone_mapped(shaded), 1.0);
}
