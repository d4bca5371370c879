#version 330
#include "skinning.glsl"
// Eyes, lashes and the inside of the mouth: small parts that are lit in their fragments.
in vec2 in_uv;
out vec3 normal;
out vec3 rest;  // where the vertex is before skinning: patterns and depths that stay with the body hang on it
out vec2 uv;

void main() {
    Bone by = blended();
    normal = turned(by, in_normal);
    rest = in_position;
    uv = in_uv;
    gl_Position = on_screen(by);
}
