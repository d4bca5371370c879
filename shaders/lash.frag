#version 330
#include "hash.glsl"
// Lashes as a soft fringe on a strip: uv runs along the lid and from root to tip. Premultiplied.
in vec2 uv;
out vec4 fragment;

const float LASHES = 46.0;

void main() {
    float fan = (uv.x - 0.45) * uv.y * 0.10;
    float at = (uv.x + fan) * LASHES;
    float cell = floor(at);
    float reach = mix(0.55, 1.0, hashed(cell));
    float middle = 0.5 + (hashed(cell + 7.0) - 0.5) * 0.5;
    float half_width = 0.30 * max(1.0 - uv.y / reach, 0.0) + 0.02;
    float soft = max(fwidth(at), 0.02);
    float lash = clamp((half_width - abs(fract(at) - middle)) / soft + 0.5, 0.0, 1.0) * step(uv.y, reach);
    float average = min(2.0 * half_width, 1.0) * step(uv.y, reach);
    float cover = mix(lash, average, smoothstep(0.35, 1.0, soft));
    float root = 1.0 - smoothstep(0.0, 0.16, uv.y);
    float ends = smoothstep(0.0, 0.10, uv.x) * (1.0 - 0.6 * smoothstep(0.93, 1.0, uv.x));
    float alpha = max(cover * 0.80, root * 0.75) * ends;
    fragment = vec4(vec3(0.105, 0.07, 0.055) * alpha, alpha);
}
