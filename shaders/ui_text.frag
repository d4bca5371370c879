#version 330 core
// Glyphs and icons: coverage from the atlas, tinted.

uniform sampler2D atlas;

in vec2 uv;
in vec4 colour;

out vec4 fragment;

void main() {
    fragment = vec4(colour.rgb, colour.a * texture(atlas, uv).r);
}
