#version 330
#include "lighting.glsl"
uniform sampler2D skin_texture;
in vec3 normal;
in vec2 uv;
in vec3 lit;
in float grazed;
in float glossy;
out vec4 fragment;

void main() {
    vec4 texel = texture(skin_texture, uv);
    float gloss = glint(normalize(normal), texel.a) * glossy;
    fragment = vec4(tone_mapped(linear(texel.rgb) * lit + gloss * 0.16 * light_key + grazed), 1.0);
}
