#version 330 core
// A rounded rectangle with a border, or its soft shadow, from the signed distance to its outline.

in vec2 local;
flat in vec2 half_size;
in vec4 colour;
flat in vec4 edge;
flat in vec4 form;

out vec4 fragment;

// A little noise, less than one step of 8 bits, so that long gradients do not show bands.
float grain(vec2 pixel) {
    return (fract(52.9829189 * fract(dot(pixel, vec2(0.06711056, 0.00583715)))) - 0.5) / 255.0;
}

void main() {
    vec2 beyond = abs(local) - half_size + form.x;
    float outline = length(max(beyond, 0.0)) + min(max(beyond.x, beyond.y), 0.0) - form.x;
    if (form.z > 0.0) {
        float shade = 1.0 - smoothstep(-form.z, form.z, outline);
        fragment = vec4(colour.rgb, colour.a * shade * shade);
        return;
    }
    float cover = clamp(0.5 - outline, 0.0, 1.0);
    float inside = form.y > 0.0 ? clamp(0.5 - outline - form.y, 0.0, 1.0) : 1.0;
    float edge_alpha = edge.a * (1.0 - inside);
    float alpha = edge_alpha + colour.a * (1.0 - edge_alpha);
    vec3 mixed = alpha > 0.0 ? (edge.rgb * edge_alpha + colour.rgb * colour.a * (1.0 - edge_alpha)) / alpha : colour.rgb;
    fragment = vec4(mixed + grain(gl_FragCoord.xy), alpha * cover);
}
