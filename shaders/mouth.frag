#version 330
#include "lighting.glsl"
#include "cavity.glsl"
in vec3 normal;
in vec3 rest;
out vec4 fragment;

const vec3 FLESH = vec3(0.36, 0.105, 0.085);

void main() {
    float open = mouth_light(rest, 0.060);
    vec3 shaded = in_mouth(FLESH, normalize(normal), open * open * 0.8 + 0.05 * lips_apart, 0.5);
    fragment = vec4(tone_mapped(shaded), 1.0);
}
