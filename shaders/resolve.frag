#version 330
// Averages the samples of each pixel and puts the background behind them; colours are premultiplied by alpha.
// ACROSS is how many halves of a sample a pixel is wide: 2, 3 or 4. OPAQUE is defined where there is a background.
uniform sampler2D picture;
uniform vec2 texel;  // of the picture
uniform vec2 origin;
#ifdef OPAQUE
uniform vec3 centre_colour;
uniform vec3 edge_colour;
in vec2 screen;
#endif
out vec4 fragment;

vec4 averaged(vec2 at) {
#if ACROSS == 2
    return texelFetch(picture, ivec2(at), 0);
#elif ACROSS == 3
    // Two pixels share three samples: each takes one whole and a third of its weight from the one in the middle, which
    // a linear lookup beside the pixel's middle does.
    vec2 inward = sign(fract(at * 0.5) - 0.5) * (-1.0 / 12.0);
    return texture(picture, (at * 1.5 + inward) * texel);
#else
    return texture(picture, at * 2.0 * texel);  // the middle of a pixel lies where its four samples meet
#endif
}

void main() {
    fragment = averaged(gl_FragCoord.xy - origin);
#ifdef OPAQUE
    vec2 away = screen - vec2(0.5, 0.6);
    float far = min(dot(away, away) * 1.35, 1.0);
    vec3 behind = mix(centre_colour, edge_colour, far * (2.0 - far));
    float dither = fract(dot(gl_FragCoord.xy, vec2(0.7548777, 0.5698403))) - 0.5;
    fragment = vec4(fragment.rgb + (1.0 - fragment.a) * (behind + dither / 255.0), 1.0);
#endif
}
