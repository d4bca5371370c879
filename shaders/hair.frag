#version 330
#include "lighting.glsl"
#include "hash.glsl"
// Hair: strands painted across each lock, lit along their direction with two shifted highlights
// (J. Kajiya and T. Kay, 1989; S. Marschner and others, 2003, as approximated by T. Scheuermann, 2004).
uniform vec3 colour_root;
uniform vec3 colour_tip;
in vec3 position;
in vec3 normal;
in vec3 tangent;
in vec2 uv;
in vec2 shade;
in float edge;
out vec4 fragment;

float noise(float at) {
    float cell = floor(at);
    float within = at - cell;
    return mix(hashed(cell), hashed(cell + 1.0), within * within * (3.0 - 2.0 * within));
}

// How bright light along h makes a strand along t: the sine of the angle between them to the sixteenth power.
float streak(vec3 t, vec3 h) {
    float along = dot(t, h);
    float square = max(1.0 - along * along, 0.0);
    square *= square;
    square *= square;
    return square * square;
}

void main() {
    float lock = floor(uv.x);
    float across = uv.x - lock;
    float varied = hashed(lock);
    float strand = noise(uv.x * 9.0 + lock * 7.0 + uv.y * 0.8);
    float rim = min(across, 1.0 - across) * 2.0;
    float thin = smoothstep(0.55, 1.0, uv.y);
    float start = 1.0 - smoothstep(0.0, 0.16, uv.y);
    if (strand * 0.8 + rim * 0.55 < 0.22 + thin * 0.42 + start * 0.35) discard;
    vec3 n = normalize(normal);
    vec3 v = normalize(camera - position);
    vec3 t = normalize(tangent + n * (strand - 0.5) * 0.30);
    float tone = 0.62 + 0.62 * strand + 0.30 * (varied - 0.5);
    vec3 colour = mix(colour_root, colour_tip, smoothstep(0.0, 0.9, uv.y)) * tone;
    colour = mix(colour, vec3(0.30, 0.285, 0.27) * tone, edge * (0.55 + 0.45 * varied));
    float key = max(dot(n, key_direction) * 0.65 + 0.35, 0.0) * shade.y;
    vec3 light = key * light_key + room(n) * shade.x * 0.9;
    light += max(dot(n, FILL_DIRECTION) * 0.6 + 0.4, 0.0) * light_fill * shade.x;
    vec3 half_key = normalize(key_direction + v);
    float first = streak(normalize(t - n * 0.10), half_key);
    first *= first;
    first *= first;
    float second = streak(normalize(t + n * 0.16), half_key);
    vec3 gloss = (first * 0.085 * (0.4 + strand) + second * colour * 0.75) * light_key * key;
    gloss += max(dot(n, RIM_DIRECTION), 0.0) * shade.x * light_rim * 0.035;
    fragment = vec4(tone_mapped(colour * light * 1.02 + gloss), 1.0);
}
