#version 330
// Two triangles that are the whole viewport: a rectangle, for which software drivers know shorter ways.
uniform vec2 reach;  // how much of the picture lies in the viewport
out vec2 screen;  // 0..1 across the viewport
out vec2 at;  // in the picture

const vec2 CORNERS[6] = vec2[](vec2(0, 0), vec2(1, 0), vec2(1, 1), vec2(0, 0), vec2(1, 1), vec2(0, 1));

void main() {
    screen = CORNERS[gl_VertexID];
    at = screen * reach;
    gl_Position = vec4(screen * 2.0 - 1.0, 0.0, 1.0);
}
