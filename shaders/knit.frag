#version 330
#include "lighting.glsl"
#include "cloth.glsl"
// Plain knitting: columns of stitches, each a V, as relief on the shell.
uniform vec3 colour_knit;
in vec3 position;
in vec3 normal;
in vec2 uv;
in vec2 shade;
in float edge;
out vec4 fragment;

const vec2 STITCHES = vec2(330.0, 400.0);  // per unit of the body's texture coordinates

void main() {
    if (edge < 0.0) discard;
    vec2 at = uv * STITCHES;
    float side = abs(fract(at.x) - 0.5) * 2.0;
    float course = fract(at.y + side * 0.55);
    float relief = (1.0 - side * side) * 0.5 + 0.5 * sin(course * 6.2832);
    vec3 n = normalize(normal);
    float fold = relief - 0.4;
    vec3 albedo = colour_knit * (0.86 + 0.26 * fold);
    fragment = vec4(tone_mapped(fabric(albedo, n, normalize(camera - position), shade, 0.55)), 1.0);
}
