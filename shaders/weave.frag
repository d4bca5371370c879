#version 330
#include "lighting.glsl"
#include "cloth.glsl"
// A cotton shirt: too fine a weave to see, so only a faint mottling.
uniform vec3 colour_weave;
in vec3 position;
in vec3 normal;
in vec2 uv;
in vec2 shade;
in float edge;
out vec4 fragment;

void main() {
    if (edge < 0.0) discard;
    vec3 n = normalize(normal);
    vec3 v = normalize(camera - position);
    if (dot(n, v) < 0.0) n = -n;
    fragment = vec4(tone_mapped(fabric(colour_weave * 0.92, n, v, shade, 0.15)), 1.0);
}
