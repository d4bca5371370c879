#version 330
// A background that is brightest behind the head.
uniform vec3 centre_colour;
uniform vec3 edge_colour;
in vec2 screen;
out vec4 fragment;

void main() {
    vec2 away = screen - vec2(0.5, 0.6);
    float far = min(dot(away, away) * 1.35, 1.0);
    vec3 behind = mix(centre_colour, edge_colour, far * (2.0 - far));
    float dither = fract(dot(gl_FragCoord.xy, vec2(0.7548777, 0.5698403))) - 0.5;
    fragment = vec4(behind + dither / 255.0, 1.0);
}
