#version 330
// Averages the samples of each pixel and puts the background behind them; colours are premultiplied by alpha.
uniform sampler2D picture;
uniform float across;  // samples per pixel in each direction
uniform vec2 origin;
uniform bool opaque;
uniform vec3 centre_colour;
uniform vec3 edge_colour;
in vec2 screen;
out vec4 fragment;

void main() {
    // The middle of a pixel lies where its samples meet: one linear lookup averages them.
    vec4 sum = texture(picture, (gl_FragCoord.xy - vec2(origin)) * across / vec2(textureSize(picture, 0)));
    if (opaque) {
        float away = length(screen - vec2(0.5, 0.6));
        vec3 behind = mix(centre_colour, edge_colour, smoothstep(0.0, 0.85, away));
        float dither = fract(dot(gl_FragCoord.xy, vec2(0.7548777, 0.5698403))) - 0.5;
        sum = vec4(sum.rgb + (1.0 - sum.a) * (behind + dither / 255.0), 1.0);
    }
    fragment = sum;
}
