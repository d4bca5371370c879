#version 330
#include "lighting.glsl"
// A twill: fine ridges that run up across the cloth, of threads that are nowhere quite even; uv is in metres.
in vec2 uv;
in vec3 lit;
out vec4 fragment;

const float INSIDE = 0.35;  // of the light outside
const float RIDGES = 260.0;  // a metre
const vec2 UNEVEN = vec2(67.0, 89.0);  // a metre: threads that are thicker than others

void main() {
    float at = (uv.x + 0.8 * uv.y) * RIDGES;
    float fine = clamp(1.6 - 2.0 * fwidth(at), 0.0, 1.0);  // what is finer than the pixels is left out
    vec2 thread = abs(fract(uv * UNEVEN) - 0.5);
    float grain = (abs(fract(at) - 0.5) - 0.25) * 0.30 + (thread.x - thread.y) * 0.05;
    float side = gl_FrontFacing ? 1.0 : INSIDE;
    fragment = vec4(tone_mapped(lit * ((0.92 + fine * grain) * side)), 1.0);
}
