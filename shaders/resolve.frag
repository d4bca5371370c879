#version 330
// Averages the samples of each pixel and puts the background behind them; colours are premultiplied by alpha.
uniform sampler2D picture;
uniform int across;
uniform ivec2 origin;
uniform bool opaque;
uniform vec3 centre_colour;
uniform vec3 edge_colour;
in vec2 screen;
out vec4 fragment;

void main() {
    ivec2 first = (ivec2(gl_FragCoord.xy) - origin) * across;
    vec4 sum = texelFetch(picture, first, 0);
    if (across == 2) {
        sum += texelFetch(picture, first + ivec2(1, 0), 0);
        sum += texelFetch(picture, first + ivec2(0, 1), 0);
        sum += texelFetch(picture, first + ivec2(1, 1), 0);
        sum *= 0.25;
    }
    if (opaque) {
        float away = length(screen - vec2(0.5, 0.6));
        vec3 behind = mix(centre_colour, edge_colour, smoothstep(0.0, 0.85, away));
        float dither = fract(dot(gl_FragCoord.xy, vec2(0.7548777, 0.5698403))) - 0.5;
        sum = vec4(sum.rgb + (1.0 - sum.a) * (behind + dither / 255.0), 1.0);
    }
    fragment = sum;
}
