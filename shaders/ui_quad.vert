#version 330 core
// A rectangle of the interface per instance. Positions are physical pixels from the top left of the target.

uniform vec2 target_size;

in vec4 in_rect;      // left, top, width, height
in vec4 in_uv;        // left, top, right, bottom in the texture
in vec4 in_colour;    // at the top, straight alpha
in vec4 in_colour_to; // at the bottom
in vec4 in_edge;      // border colour
in vec4 in_form;      // corner radius, border width, softness, margin of the quad round the shape; pixels

out vec2 local;       // pixels from the centre of the shape
out vec2 uv;
flat out vec2 half_size;
out vec4 colour;
flat out vec4 edge;
flat out vec4 form;

void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    vec2 size = in_rect.zw;
    vec2 from_corner = corner * (size + 2.0 * in_form.w) - in_form.w;
    vec2 position = in_rect.xy + from_corner;
    gl_Position = vec4(2.0 * position.x / target_size.x - 1.0, 1.0 - 2.0 * position.y / target_size.y, 0.0, 1.0);
    half_size = 0.5 * size;
    local = from_corner - half_size;
    uv = mix(in_uv.xy, in_uv.zw, corner);
    colour = mix(in_colour, in_colour_to, corner.y);
    edge = in_edge;
    form = in_form;
}
