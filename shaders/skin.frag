#version 330
#include "lighting.glsl"
// Skin: light that wraps further round the form the redder it is stands in for scattering below the surface.
uniform sampler2D skin_texture;
in vec3 position;
in vec3 normal;
in vec2 uv;
in vec2 shade;
out vec4 fragment;

void main() {
    vec3 n = normalize(normal);
    vec3 v = normalize(camera - position);
    vec4 texel = texture(skin_texture, uv);
    vec3 albedo = linear(texel.rgb);
    float open_sky = shade.x;
    float open_key = shade.y;
    float key = dot(n, key_direction);
    vec3 wrapped = clamp((vec3(key) + vec3(0.42, 0.20, 0.14)) / vec3(1.42, 1.20, 1.14), 0.0, 1.0);
    vec3 bled = mix(vec3(open_key), vec3(sqrt(open_key)), vec3(0.52, 0.12, 0.0));  // red leaks into the shade
    vec3 diffuse = wrapped * wrapped * bled * light_key;
    diffuse += max(dot(n, FILL_DIRECTION) * 0.6 + 0.4, 0.0) * light_fill * open_sky;
    diffuse += room(n) * mix(vec3(open_sky), vec3(sqrt(open_sky)), vec3(0.30, 0.0, 0.0));
    float away = 1.0 - max(dot(n, v), 0.0);
    float grazing = away * away * away * away;
    float gloss = glint(n, v, key_direction, texel.a) * max(key, 0.0) * open_key;
    vec3 sheen = gloss * 0.16 * light_key;
    sheen += grazing * open_sky * (max(dot(n, RIM_DIRECTION), 0.0) * light_rim * 0.8 + vec3(0.05, 0.055, 0.06));
    fragment = vec4(tone_mapped(albedo * diffuse + sheen), 1.0);
}
