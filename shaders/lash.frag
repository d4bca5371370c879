#version 330
#include "hash.glsl"
// Lashes as hairs on a strip: uv.x counts them along the lid, uv.y runs from root to tip. Premultiplied.
uniform vec3 colour_lash;
in vec2 uv;
out vec4 fragment;

void main() {
    float at = uv.x + 0.55 * sin(uv.x * 1.9) * uv.y;  // the tips stand together in tufts
    float cell = floor(at);
    float reach = mix(0.60, 1.0, hashed(cell));
    float middle = 0.5 + (hashed(cell + 131.0) - 0.5) * 0.5;
    float taper = max(1.0 - uv.y / reach, 0.0);
    float half_width = 0.06 + 0.17 * taper;
    float soft = max(fwidth(at), 0.02);
    float lash = clamp((half_width - abs(fract(at) - middle)) / soft + 0.5, 0.0, 1.0) * step(uv.y, reach);
    float average = min(2.0 * half_width, 1.0);
    float alpha = mix(lash, average, smoothstep(0.35, 1.0, soft)) * 0.80;
    fragment = vec4(colour_lash * alpha, alpha);
}
