#version 330
#include "lighting.glsl"
// A ribbed band: uv runs along and across it, in metres.
in vec2 uv;
in vec3 lit;
out vec4 fragment;

const float RIBS = 190.0;  // a metre

const float INSIDE = 0.35;  // of the light outside

void main() {
    float across = fract(uv.x * RIBS) * 2.0 - 1.0;
    float ridge = 1.0 - across * across;
    float side = gl_FrontFacing ? 1.0 : INSIDE;
    fragment = vec4(tone_mapped((0.62 + 0.46 * ridge) * side * lit), 1.0);
}
