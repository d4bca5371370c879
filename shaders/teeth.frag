#version 330
#include "lighting.glsl"
#include "cavity.glsl"
// A row of teeth in its gum. uv.x runs along the row; on the front, uv.y from 0.635 up is the upper row and from 0.32
// down the lower one, from the edges of the crowns to the end of the gum.
in vec3 normal;
in vec3 rest;
in vec2 uv;
out vec4 fragment;

const vec3 ENAMEL = vec3(0.70, 0.64, 0.53);
const vec3 GUM = vec3(0.46, 0.17, 0.15);

void main() {
    vec3 n = normalize(normal);
    float along = abs(uv.x * 2.0 - 1.0);
    float place = along * (8.2 + 1.5 * along);  // the incisors are the widest
    float which = floor(place);
    float across = (place - which) * 2.0 - 1.0;
    float up = uv.y > 0.5 ? (uv.y - 0.635) / 0.365 : (0.320 - uv.y) / 0.320;  // from the edge to the end of the gum
    float corner = across * across;
    corner *= corner;
    if (up < 0.075 * corner * corner + 0.02 * fract(which * 0.618) && n.z > 0.35) discard;
    float gap = smoothstep(1.0, 0.80, abs(across));
    float side = uv.x > 0.5 ? across : -across;
    float gum = smoothstep(-0.03, 0.03, up - 0.66 + 0.17 * across * across);
    n = normalize(n + vec3(side * 0.40 * (1.0 - gum), 0.0, 0.0));
    vec3 crown = ENAMEL * mix(vec3(0.66, 0.56, 0.48), vec3(1.0), gap);
    crown *= mix(vec3(0.90, 0.93, 0.98), vec3(1.03, 0.99, 0.92), smoothstep(0.05, 0.55, up));  // clearer at the edge
    crown *= 1.0 - 0.10 * fract(which * 0.754);
    vec3 albedo = mix(crown, GUM * (0.85 + 0.15 * gap), gum);
    float open = mouth_light(rest, 0.034);
    vec3 shaded = in_mouth(albedo, n, open * (0.80 - 0.20 * gum), 0.75);
    fragment = vec4(tone_mapped(shaded), 1.0);
}
