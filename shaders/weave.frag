#version 330
#include "lighting.glsl"
// A cotton shirt: too fine a weave to see.
uniform vec3 colour_weave;
in vec3 lit;
out vec4 fragment;

void main() {
    fragment = vec4(tone_mapped(colour_weave * 0.92 * lit), 1.0);
}
