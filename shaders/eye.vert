#version 330
#include "skinning.glsl"
// Eyeballs: besides their place, where the viewer and the lids are as the eye sees it.
uniform vec3 view;
uniform mat3 head;  // its axes, in columns
uniform vec4 lids;  // heights of the margins, in radii: of the left upper and lower lid, then of the right ones
in vec2 in_uv;
in float in_edge;
out vec3 normal;
out vec2 uv;
out vec3 outward;  // the normal as the head sees it
flat out vec3 look;  // towards the viewer, as the eye sees it
flat out vec2 margins;  // of this eye's lids
flat out float pupil;

void main() {
    Bone by = blended();
    normal = turned(by, in_normal);
    outward = normal * head;
    look = by.x.xyz * view.x + by.y.xyz * view.y + by.z.xyz * view.z;
    margins = in_position.x > 0.0 ? lids.xy : lids.zw;
    pupil = in_edge;
    uv = in_uv;
    gl_Position = on_screen(by);
}
