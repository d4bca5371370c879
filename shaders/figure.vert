#version 330
// Every part of a figure: linear blend skinning of vertices that were morphed before they came here.
// RIGID is defined for parts that follow a single bone.
#ifdef RIGID
uniform vec4 bone[3];  // the upper three rows of its matrix
#else
uniform vec4 bones[BONES * 3];  // the same of every bone
#endif
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

#ifdef RIGID
vec4 row(int index) {
    return bone[index];
}
#else
vec4 row(int index) {
    return in_weights.x * bones[in_joints.x * 3u + uint(index)] + in_weights.y * bones[in_joints.y * 3u + uint(index)]
         + in_weights.z * bones[in_joints.z * 3u + uint(index)] + in_weights.w * bones[in_joints.w * 3u + uint(index)];
}
#endif

void main() {
    vec4 x = row(0);
    vec4 y = row(1);
    vec4 z = row(2);
    vec4 from = vec4(in_position, 1.0);
    position = vec3(dot(x, from), dot(y, from), dot(z, from));
    normal = vec3(dot(x.xyz, in_normal), dot(y.xyz, in_normal), dot(z.xyz, in_normal));
    tangent = vec3(dot(x.xyz, in_tangent), dot(y.xyz, in_tangent), dot(z.xyz, in_tangent));
    rest = in_position;
    uv = in_uv;
    shade = in_shade;
    edge = in_edge;
    gl_Position = view_projection * vec4(position, 1.0);
}
