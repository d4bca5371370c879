#version 330
#include "lighting.glsl"
uniform sampler2D skin_texture;  // sRGB, and the relief of pores and lines
in vec3 normal;
in vec2 uv;
in vec3 lit;
in vec3 surface;
in float roughness;
out vec4 fragment;

void main() {
    vec4 texel = texture(skin_texture, uv);
    float relief = texel.a * 2.0 - 1.004;
    vec3 albedo = linear(texel.rgb) * (1.0 + relief * surface.z * vec3(0.66, 0.78, 0.80));
    float gloss = glint(normalize(normal), roughness) * surface.y * clamp(1.0 + relief * (0.55 + 0.4 * relief * relief + 2.0 * surface.z), 0.05, 1.5);
    fragment = vec4(tone_mapped(albedo * lit + gloss * light_key + surface.x), 1.0);
}
