#version 330
#include "lighting.glsl"
#include "cloth.glsl"
// The ribbed band of a neckline: uv runs along and across it, in metres.
uniform vec3 colour_rib;
in vec3 position;
in vec3 normal;
in vec2 uv;
in vec2 shade;
out vec4 fragment;

void main() {
    float ridge = 0.5 + 0.5 * sin(uv.x * 1150.0);
    vec3 n = normalize(normal);
    vec3 v = normalize(camera - position);
    if (dot(n, v) < 0.0) n = -n;
    vec3 albedo = colour_rib * (0.62 + 0.42 * ridge);
    fragment = vec4(tone_mapped(fabric(albedo, n, v, shade, 0.5)), 1.0);
}
