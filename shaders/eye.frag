#version 330
#include "lighting.glsl"
// An eyeball: iris and white are painted by the direction from the centre, the iris behind the cornea, which bends the
// ray to it; the lids' shade and the wet line at the lower lid lie where the lids are; the soft boxes are mirrored.
uniform vec3 colour_iris;
uniform vec3 colour_ring;  // the iris's edge
uniform vec3 colour_white;
in vec3 normal;
in vec2 uv;
in vec3 outward;
flat in vec3 look;
flat in vec2 margins;
flat in float pupil;
out vec4 fragment;

const float IRIS = 0.425;  // radius, of the eyeball's
const float IRIS_PLANE = 0.80;  // how far in front of the centre it lies
const float WATER = 1.0 / 1.336;  // refractive indices of air and aqueous humour

// The lamp stands lower than where its light comes from, so that its image is not lost under the lid.
const vec3 KEY_MIRRORED = vec3(0.530, 0.222, 0.818);

// Where the ray through the cornea at ``at`` meets the iris.
vec2 seen_through(vec2 at) {
    float edge = dot(at, at) / (IRIS * IRIS);
    vec3 cornea = vec3(at, sqrt(max(1.0 - dot(at, at), 0.0)) + 0.045 * (1.0 - edge));
    vec3 ray = refract(-look, normalize(cornea + vec3(at * 0.55, 0.0)), WATER);
    float depth = (cornea.z - IRIS_PLANE) * max(1.0 - edge * edge, 0.0);
    return at + ray.xy * depth / max(-ray.z, 0.3);
}

vec3 iris_colour(vec2 at) {
    float radius = length(at) / IRIS;
    float angle = atan(at.y, at.x);
    float fibres = 0.55 * sin(angle * 43.0 + 5.0 * sin(angle * 5.0 + 1.0) + radius * 3.0)
                 + 0.45 * sin(angle * 71.0 + 4.0 * sin(angle * 3.0) - radius * 4.0);
    float spread = smoothstep(pupil, 1.0, radius);
    vec3 colour = colour_iris * (0.72 + 0.26 * fibres * (0.35 + 0.65 * spread));
    float inner = pupil + 0.16 + 0.05 * sin(angle * 9.0 + 2.0 * sin(angle * 4.0)) + 0.03 * fibres;
    colour = mix(colour_iris * vec3(1.05, 0.85, 0.66) + vec3(0.020, 0.010, 0.0), colour,
                 smoothstep(inner - 0.06, inner + 0.10, radius));
    float across = dot(at, key_direction.xy) / (IRIS * length(key_direction.xy));
    colour *= 1.05 - 0.55 * across * (0.4 + spread);  // light gathers on the side that lies away from it
    colour = mix(colour, colour_ring, 0.92 * smoothstep(0.70, 0.98, radius));
    return mix(vec3(0.004), colour, smoothstep(pupil - 0.03, pupil + 0.04, radius));
}

// The image of a square lamp in a direction: 1 inside.
float lamp(vec3 mirrored, vec3 towards, float half_size) {
    vec3 side = normalize(vec3(towards.z, 0.0, -towards.x));
    vec2 off = abs(vec2(dot(mirrored, side), dot(mirrored, cross(towards, side))));
    return smoothstep(half_size * 1.25, half_size * 0.75, max(off.x, off.y)) * step(0.0, dot(mirrored, towards));
}

void main() {
    vec3 n = normalize(normal);
    float radius = length(uv) / IRIS;
    vec3 white = colour_white * (1.0 - vec3(0.02, 0.17, 0.20) * smoothstep(1.45, 2.1, radius));
    float vein = sin(uv.y * 61.0 + 4.0 * sin(uv.x * 23.0)) * sin(uv.y * 27.0 + uv.x * 19.0 + 1.0);
    white *= 1.0 - vec3(0.0, 0.10, 0.10) * smoothstep(0.7, 1.0, vein) * smoothstep(1.2, 1.8, radius);
    vec3 albedo = white;
    if (radius < 1.15) albedo = mix(iris_colour(seen_through(uv)), white, smoothstep(0.93, 1.12, radius));
    float arch = outward.x * outward.x;
    float below = margins.x - 0.30 * arch - outward.y;  // the upper lid
    float above = outward.y - margins.y - 0.22 * arch;  // the lower lid
    float lid_shade = mix(0.22, 1.0, smoothstep(-0.02, 0.26, below)) * mix(0.62, 1.0, smoothstep(-0.02, 0.12, above));
    lid_shade *= mix(1.0, 0.55, smoothstep(0.50, 0.90, abs(outward.x)));
    float key = max(dot(n, key_direction) * 0.65 + 0.35, 0.0);
    vec3 light = (key * light_key * 0.78 + room(n) + light_fill * 0.4) * lid_shade;
    light += vec3(0.05, 0.022, 0.016) * (1.0 - lid_shade);  // what the lids let through is red
    vec3 mirrored = reflect(-view, n);
    float open = smoothstep(0.0, 0.10, below) * smoothstep(-0.02, 0.05, above);
    float glance = lamp(mirrored, KEY_MIRRORED, 0.19) * 0.85 * open + lamp(mirrored, FILL_DIRECTION, 0.16) * 0.07 * open;
    glance += 0.035 * smoothstep(0.2, 0.9, mirrored.y) * open;
    float wet = smoothstep(0.055, 0.020, abs(above - 0.01)) * (0.35 + 0.65 * max(n.x * key_direction.x + 0.5, 0.0));
    fragment = vec4(tone_mapped(albedo * light + (glance + wet * 0.10) * light_key * 0.5), 1.0);
}
