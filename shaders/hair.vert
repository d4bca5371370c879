#version 330
#include "lighting.glsl"
#include "hash.glsl"
#include "skinning.glsl"
// Hair: each lock is lit along its direction with two shifted highlights
// (J. Kajiya and T. Kay, 1989; S. Marschner and others, 2003, as approximated by T. Scheuermann, 2004).
uniform vec3 colour_root;
uniform vec3 colour_tip;
in vec2 in_uv;
in vec2 in_shade;
in float in_edge;
in vec3 in_tangent;
out vec2 at;  // in the picture of strands
flat out int order;  // which of a pixel's samples a lock covers first
out vec3 lit;  // the lock's colour in diffuse light
out vec4 gloss;  // how far the lock points to between light and viewer; the two highlights' strength; the rim's

const float KINDS = 8.0;  // of locks in the picture
const vec3 GREY = vec3(0.235, 0.228, 0.218);

void main() {
    Bone by = blended();
    vec3 n = normalize(turned(by, in_normal));
    float open = length(in_tangent);
    vec3 t = turned(by, in_tangent) / max(open, 0.01);
    float lock = floor(in_uv.x);
    float varied = hashed(lock);
    at = vec2((mod(lock, KINDS) + in_uv.x - lock) / KINDS, in_uv.y);
    order = int(varied * 3.99);
    vec3 colour = mix(colour_root, colour_tip, smoothstep(0.05, 0.95, in_uv.y));
    colour = mix(colour, GREY, in_edge) * (0.92 + 0.16 * varied);
    float sky = in_shade.x;
    float along_key = dot(t, key_direction);
    float across_key = sqrt(max(1.0 - along_key * along_key, 0.0));
    float facing = clamp(dot(n, key_direction) * 0.72 + 0.28, 0.0, 1.0);
    float key = facing * (0.35 + 0.65 * across_key) * in_shade.y * open;
    vec3 light = key * light_key + room(n) * sky * sky * open;
    light += max(dot(n, FILL_DIRECTION) * 0.6 + 0.4, 0.0) * light_fill * sky * open;
    lit = colour * light;
    float seen = max(dot(n, view), 0.0);
    float rim = (1.0 - seen) * max(dot(n, RIM_DIRECTION) + 0.35, 0.0) * sky;
    lit += colour * rim * light_rim * 0.9;
    gloss = vec4(dot(t, half_key), facing * in_shade.y * open * open, sky * open, rim * 0.03);
    gl_Position = on_screen(by);
}
