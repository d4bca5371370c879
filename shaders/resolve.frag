#version 330
// Reduces samples to pixels: what the middle of a pixel sees of the two or three samples about it, in each direction.
uniform sampler2D picture;
in vec2 at;
out vec4 fragment;

void main() {
    fragment = texture(picture, at);
}
