#version 330
#include "lighting.glsl"
// The ribbed band of a neckline: uv runs along and across it, in metres.
uniform vec3 colour_rib;
in vec2 uv;
in vec3 lit;
out vec4 fragment;

void main() {
    float ridge = 0.5 + 0.5 * sin(uv.x * 1150.0);
    fragment = vec4(tone_mapped(colour_rib * (0.62 + 0.42 * ridge) * lit), 1.0);
}
