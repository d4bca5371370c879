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
out vec3 place;  // across the strands; from edge to edge of the lock; how thin the lock is here
out vec3 lit;
out vec3 colour;
out vec3 bent;  // how far the lock points, and how far it faces, to between light and viewer; and the light there
out float rim;

void main() {
    Bone by = blended();
    vec3 n = normalize(turned(by, in_normal));
    vec3 t = normalize(turned(by, in_tangent));
    float lock = floor(in_uv.x);
    float varied = hashed(lock);
    float thin = smoothstep(0.55, 1.0, in_uv.y) * 0.42 + (1.0 - smoothstep(0.0, 0.05, in_uv.y)) * 0.42;
    place = vec3((in_uv.x - lock) * 9.0 + mod(lock * 16.0, 4096.0) + in_uv.y * 0.8, in_uv.x - lock, thin);
    colour = mix(colour_root, colour_tip, smoothstep(0.0, 0.9, in_uv.y));
    colour = mix(colour, vec3(0.30, 0.285, 0.27), in_edge * (0.55 + 0.45 * varied)) * (0.85 + 0.30 * varied);
    float key = max(dot(n, key_direction) * 0.65 + 0.35, 0.0) * in_shade.y;
    lit = key * light_key + room(n) * in_shade.x * 0.9;
    lit += max(dot(n, FILL_DIRECTION) * 0.6 + 0.4, 0.0) * light_fill * in_shade.x;
    bent = vec3(dot(t, half_key), dot(n, half_key), key);
    rim = max(dot(n, RIM_DIRECTION), 0.0) * in_shade.x * 0.035;
    gl_Position = on_screen(by);
}
