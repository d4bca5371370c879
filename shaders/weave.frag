#version 330
#include "lighting.glsl"
// Cloth too finely woven to see.
in vec3 lit;
out vec4 fragment;

const float INSIDE = 0.35;  // of the light outside

void main() {
    float side = gl_FrontFacing ? 1.0 : INSIDE;
    fragment = vec4(tone_mapped(lit * (0.92 * side)), 1.0);
}
