#version 330
#include "lighting.glsl"
// Cloth with stripes across it: uv runs across and along it, in metres.
in vec2 uv;
in vec3 lit;
out vec4 fragment;

const float STRIPES = 36.0;  // a metre
const float SHARPNESS = 12.0;  // of their edges
const vec3 LIGHT = vec3(0.92), DARK = vec3(0.16, 0.17, 0.22);
const float INSIDE = 0.35;  // of the light outside

void main() {
    float across = abs(fract(uv.y * STRIPES) - 0.5) * 2.0;
    float stripe = clamp((across - 0.60) * SHARPNESS, 0.0, 1.0);
    float side = gl_FrontFacing ? 1.0 : INSIDE;
    fragment = vec4(tone_mapped(lit * side * mix(LIGHT, DARK, stripe)), 1.0);
}
