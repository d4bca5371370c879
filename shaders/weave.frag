#version 330
#include "lighting.glsl"
// Cloth too finely woven to see.
in vec3 lit;
out vec4 fragment;

void main() {
    fragment = vec4(tone_mapped(lit * 0.92), 1.0);
}
