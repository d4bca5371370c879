#version 330
// One triangle over the whole viewport.
out vec2 screen;

void main() {
    screen = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0;
    gl_Position = vec4(screen * 2.0 - 1.0, 0.0, 1.0);
}
