#version 330 core
// A picture with rounded corners.

uniform sampler2D image;

in vec2 local;
in vec2 uv;
flat in vec2 half_size;
in vec4 colour;
flat in vec4 form;

out vec4 fragment;

void main() {
    vec2 beyond = abs(local) - half_size + form.x;
    float outline = length(max(beyond, 0.0)) + min(max(beyond.x, beyond.y), 0.0) - form.x;
    fragment = vec4(texture(image, uv).rgb * colour.rgb, colour.a * clamp(0.5 - outline, 0.0, 1.0));
}
