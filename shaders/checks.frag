#version 330
#include "lighting.glsl"
// Cloth with a check woven of darker and lighter threads: uv runs across and along it, in metres.
in vec2 uv;
in vec3 lit;
out vec4 fragment;

const float CHECKS = 26.0;  // a metre
const float SHARPNESS = 10.0;  // of their edges

const float INSIDE = 0.35;  // of the light outside

void main() {
    vec2 at = abs(fract(uv * CHECKS) - 0.5) * 2.0;
    vec2 band = clamp((at - 0.5) * SHARPNESS + 0.5, 0.0, 1.0);
    vec2 line = clamp((at - 0.90) * SHARPNESS * 2.0, 0.0, 1.0);
    float dark = 0.92 - 0.26 * (band.x + band.y) + 0.10 * (line.x + line.y);
    float side = gl_FrontFacing ? 1.0 : INSIDE;
    fragment = vec4(tone_mapped(lit * (dark * side)), 1.0);
}
