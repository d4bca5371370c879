#version 330
#include "lighting.glsl"
#include "hash.glsl"
// Strands painted across each lock, ragged at its edges and its tip.
in vec3 place;
in vec3 lit;
in vec3 colour;
in vec3 bent;
in float rim;
out vec4 fragment;

float noise(float at) {
    float cell = floor(at);
    float within = at - cell;
    return mix(hashed(cell), hashed(cell + 1.0), within * within * (3.0 - 2.0 * within));
}

// How bright a strand is whose direction differs from between light and viewer: the sine to the sixteenth power.
float streak(float along) {
    float square = max(1.0 - along * along, 0.0);
    square *= square;
    square *= square;
    return square * square;
}

void main() {
    float strand = noise(place.x);
    float inside = min(place.y, 1.0 - place.y) * 1.1;
    if (strand * 0.8 + inside < 0.22 + place.z) discard;
    float along = bent.x + bent.y * (strand - 0.5) * 0.30;
    float first = streak(along - bent.y * 0.10);
    first *= first;
    first *= first;
    float second = streak(along + bent.y * 0.16);
    vec3 toned = colour * (0.55 + 0.75 * strand);
    vec3 gloss = (first * 0.060 * (0.3 + strand) + second * toned * 0.62) * light_key * bent.z;
    fragment = vec4(tone_mapped(toned * lit * 1.02 + gloss + rim * light_rim), 1.0);
}
