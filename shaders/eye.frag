#version 330
#include "lighting.glsl"
// An eyeball: iris, limbal ring and white painted by the direction from the centre; the lids' shade does not turn
// with the gaze, the soft boxes are mirrored in the cornea.
uniform vec3 colour_iris;
uniform vec2 lids;  // how far the left and the right upper lid are down
uniform vec3 head_up;
in vec3 normal;
in vec3 rest;
in vec2 uv;
out vec4 fragment;

const float IRIS = 0.425;  // radius, of the eyeball's
const float PUPIL = 0.36;  // radius, of the iris's

vec3 iris_colour(float radius, float angle) {
    float fibres = sin(angle * 47.0 + 4.0 * sin(angle * 5.0 + 1.0) + radius * 2.0) * 0.6 + sin(angle * 83.0 + 2.0) * 0.4;
    float spread = smoothstep(PUPIL, 1.0, radius);
    vec3 colour = colour_iris * (0.78 + 0.26 * fibres * (0.3 + spread));
    vec3 collarette = colour_iris * vec3(1.35, 1.12, 0.85);
    colour = mix(collarette, colour, smoothstep(PUPIL, PUPIL + 0.30, radius + 0.03 * fibres));
    float towards_light = dot(vec2(cos(angle), sin(angle)), normalize(key_direction.xy));
    colour *= 1.0 - 0.38 * towards_light * spread;
    colour *= 1.0 - 0.78 * smoothstep(0.74, 1.0, radius);
    return mix(vec3(0.008), colour, smoothstep(PUPIL - 0.035, PUPIL + 0.05, radius));
}

void main() {
    vec3 n = normalize(normal);
    float radius = length(uv) / IRIS;
    float angle = atan(uv.y, uv.x);
    vec3 white = vec3(0.72, 0.685, 0.66) - vec3(0.04, 0.16, 0.15) * smoothstep(1.35, 2.2, radius);
    float vein = sin(uv.y * 70.0 + 3.0 * sin(uv.x * 31.0)) * sin(uv.y * 31.0 + uv.x * 22.0);
    white -= vec3(0.0, 0.05, 0.05) * smoothstep(0.75, 1.0, vein) * smoothstep(1.3, 2.0, radius);
    vec3 albedo = mix(iris_colour(radius, angle), white, smoothstep(0.92, 1.10, radius));
    float height = dot(n, head_up);
    float down = rest.x > 0.0 ? lids.x : lids.y;
    float lid_shade = mix(0.28, 1.0, smoothstep(0.46 - 0.5 * down, -0.04 - 0.5 * down, height));
    lid_shade *= mix(0.72, 1.0, smoothstep(-0.52, -0.24, height));
    float key = max(dot(n, key_direction) * 0.65 + 0.35, 0.0);
    vec3 light = (key * light_key * 0.82 + room(n) * 1.1 + light_fill * 0.4) * lid_shade;
    vec3 mirrored = reflect(-view, n);
    float box = smoothstep(0.962, 0.976, dot(mirrored, key_direction));
    float second = smoothstep(0.93, 0.965, dot(mirrored, FILL_DIRECTION)) * 0.10;
    float wet = 0.05 * smoothstep(0.2, 0.9, mirrored.y);
    vec3 glance = (box * 0.85 * smoothstep(0.15, 0.6, lid_shade) + second + wet) * light_key * 0.5;
    fragment = vec4(tone_mapped(albedo * light + glance), 1.0);
}
