#version 330
#include "lighting.glsl"
// Plain knitting: columns of stitches, each a V, as relief on the cloth; uv runs across and along it, in metres.
in vec2 uv;
in vec3 lit;
out vec4 fragment;

const vec2 STITCHES = vec2(205.0, 265.0);  // a metre

void main() {
    vec2 at = uv * STITCHES;
    float side = abs(fract(at.x) - 0.5) * 2.0;
    float course = fract(at.y + side * 0.55) * 2.0 - 1.0;
    float wave = -4.0 * course * (1.0 - abs(course));  // a parabola's sine
    float fold = 0.1 - 0.5 * side * side + 0.5 * wave;
    fragment = vec4(tone_mapped((0.86 + 0.26 * fold) * lit), 1.0);
}
