#version 330
// Averages the samples of each pixel and puts the background behind them; colours are premultiplied by alpha.
uniform sampler2D picture;
uniform float across;  // samples per pixel in each direction
uniform vec2 texel;  // of the picture
uniform vec2 origin;
uniform bool opaque;
uniform vec3 centre_colour;
uniform vec3 edge_colour;
in vec2 screen;
out vec4 fragment;

void main() {
    // The middle of a pixel lies where its samples meet: one linear lookup averages them.
    vec4 sum = across > 1.0 ? texture(picture, (gl_FragCoord.xy - origin) * texel * across)
                            : texelFetch(picture, ivec2(gl_FragCoord.xy - origin), 0);
    if (opaque) {
        vec2 away = screen - vec2(0.5, 0.6);
        float far = min(dot(away, away) * 1.35, 1.0);
        vec3 behind = mix(centre_colour, edge_colour, far * (2.0 - far));
        float dither = fract(dot(gl_FragCoord.xy, vec2(0.7548777, 0.5698403))) - 0.5;
        sum = vec4(sum.rgb + (1.0 - sum.a) * (behind + dither / 255.0), 1.0);
    }
    fragment = sum;
}
