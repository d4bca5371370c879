#version 330
in vec2 uv;
out vec4 fragment;
void main() {
    fragment = vec4(0.05, 0.03, 0.02, 1.0) * 0.5;
}
