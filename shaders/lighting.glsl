// Three studio lights and a hemisphere, in linear light, and the way from there to the screen.
uniform vec3 view;  // towards the camera, which stands too far away for it to differ much between two points
uniform vec3 key_direction;
uniform vec3 half_key;  // between the two
uniform vec3 light_key;
uniform vec3 light_fill;
uniform vec3 light_rim;
uniform vec3 light_sky;
uniform vec3 light_ground;

const vec3 FILL_DIRECTION = vec3(-0.821, 0.154, 0.549);
const vec3 RIM_DIRECTION = vec3(-0.336, 0.480, -0.810);

// A filmic curve (the fit by K. Narkowicz, 2015, to the ACES reference transform), then a gamma of 2.2 within 0.01,
// without the power that would cost a software driver much.
vec3 tone_mapped(vec3 light) {
    vec3 c = light * 0.74;
    c = clamp((c * (2.51 * c + 0.03)) / (c * (2.43 * c + 0.59) + 0.14), 0.0, 1.0);
    return 1.138 * sqrt(c) - 0.138 * c;
}

vec3 linear(vec3 srgb) {
    return srgb * srgb * (srgb * 0.305306 + 0.682171) + srgb * 0.012523;
}

// The key light's reflection: GGX with the cheap visibility term of B. Karis and others (Optimizing PBR, 2015).
float glint(vec3 n, float roughness) {
    float a2 = roughness * roughness * roughness * roughness;
    float nh = max(dot(n, half_key), 0.0);
    float d = nh * nh * (a2 - 1.0) + 1.0;
    float lh = max(dot(key_direction, half_key), 0.1);
    return a2 / (12.57 * d * d * lh * lh * (roughness + 0.5));
}

vec3 room(vec3 n) {
    return mix(light_ground, light_sky, n.y * 0.5 + 0.5);
}
