#version 330
// Every part of a figure: linear blend skinning of vertices that were morphed before they came here.
uniform mat4 bones[BONES];
uniform mat4 view_projection;

in vec3 in_position;
in vec3 in_normal;
in vec2 in_uv;
in vec2 in_shade;
in float in_edge;
in vec3 in_tangent;
in vec4 in_weights;
in uvec4 in_joints;

out vec3 position;
out vec3 normal;
out vec3 rest;  // where the vertex is before skinning: patterns and depths that stay with the body hang on it
out vec2 uv;
out vec2 shade;
out float edge;
out vec3 tangent;

void main() {
    mat4 bone = in_weights.x * bones[in_joints.x] + in_weights.y * bones[in_joints.y]
              + in_weights.z * bones[in_joints.z] + in_weights.w * bones[in_joints.w];
    vec4 placed = bone * vec4(in_position, 1.0);
    position = placed.xyz;
    normal = mat3(bone) * in_normal;
    rest = in_position;
    uv = in_uv;
    shade = in_shade;
    edge = in_edge;
    tangent = mat3(bone) * in_tangent;
    gl_Position = view_projection * placed;
}
