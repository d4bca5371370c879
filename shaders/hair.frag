#version 330
#include "lighting.glsl"
// Strands from the picture that all locks share, cut out sample by sample.
uniform sampler2D strands;
uniform float dithered;  // 1 where a pixel has four samples, so that cover comes in five steps; else 0
in vec2 at;
flat in int order;
in vec3 lit;
in vec4 gloss;
out vec4 fragment;

// How bright a strand is whose direction differs from between light and viewer: the sine to the sixteenth power.
float streak(float along) {
    float square = max(1.0 - along * along, 0.0);
    square *= square;
    square *= square;
    return square * square;
}

void main() {
    vec4 strand = texture(strands, at);
    ivec2 sample = ivec2(gl_FragCoord.xy) & 1;
    int rank = (2 * (sample.x ^ sample.y) + sample.y + order) & 3;
    if (strand.a < mix(0.5, 0.125 + 0.25 * float(rank), dithered)) discard;
    float shift = (strand.g - 0.5) * 0.22;
    float first = streak(gloss.x + shift - 0.06);
    first *= first;
    first *= first;
    float second = streak(gloss.x + shift + 0.13);
    vec3 toned = lit * (0.42 + 1.5 * strand.r + 0.35 * strand.b);
    vec3 shine = (first * 0.085 + gloss.w) * light_key * gloss.y + second * 1.7 * strand.r * toned * gloss.y;
    fragment = vec4(tone_mapped(toned + shine), 1.0);
}
