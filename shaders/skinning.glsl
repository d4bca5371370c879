// Linear blend skinning of vertices that were morphed before they came here.
// RIGID is defined for parts that follow a single bone.
#ifdef RIGID
uniform vec4 bone[3];  // the upper three rows of its matrix
#else
uniform vec4 bones[BONES * 3];  // the same of every bone
in vec4 in_weights;
in uvec4 in_joints;
#endif
uniform mat4 view_projection;
in vec3 in_position;
in vec3 in_normal;

struct Bone {
    vec4 x, y, z;
};

#ifdef RIGID
Bone blended() {
    return Bone(bone[0], bone[1], bone[2]);
}
#else
vec4 row(uint index) {
    return in_weights.x * bones[in_joints.x * 3u + index] + in_weights.y * bones[in_joints.y * 3u + index]
         + in_weights.z * bones[in_joints.z * 3u + index] + in_weights.w * bones[in_joints.w * 3u + index];
}

Bone blended() {
    return Bone(row(0u), row(1u), row(2u));
}
#endif

vec3 turned(Bone by, vec3 v) {
    return vec3(dot(by.x.xyz, v), dot(by.y.xyz, v), dot(by.z.xyz, v));
}

vec4 on_screen(Bone by) {
    vec4 from = vec4(in_position, 1.0);
    return view_projection * vec4(dot(by.x, from), dot(by.y, from), dot(by.z, from), 1.0);
}
